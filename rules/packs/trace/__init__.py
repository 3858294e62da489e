"""DT: drug trace codes and inventory (追溯码、进销存)."""

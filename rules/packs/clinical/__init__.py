"""CL: clinical reasonableness (医疗类)."""

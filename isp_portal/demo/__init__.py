"""The demonstration partnership: the organisations that signed in 2019, with invented people."""

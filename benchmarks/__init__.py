"""How fast the portal is, as ratios within one run. `./portal bench` prints JSON lines."""

"""Hand-overs that a fault of Varsel's own has stopped, for administrators to let go again or to end."""

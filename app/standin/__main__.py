"""`python -m app.standin` runs a stand-in as `varsel standin` does."""

from app.standin.process import main

raise SystemExit(main())

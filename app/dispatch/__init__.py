"""Out and back: start, claim, hand over, settle; reports; sweep. Imports `orders`, `shipments`, `gateways` and below."""

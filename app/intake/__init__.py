"""What a pasted text or an uploaded file says. Pure readers, streamed, in bounded memory; import `messaging` only."""

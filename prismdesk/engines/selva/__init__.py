"""SelVA and MMAudio: sound out of picture and words by a flow through a small latent space."""

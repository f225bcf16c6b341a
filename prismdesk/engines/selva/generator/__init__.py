"""The generator of SelVA and MMAudio: a flow transformer from picture and words to a latent."""

"""What a policy lets an identity do: policy documents in, links out."""

"""The thread of a claim: dealer and manager write to each other, the factory keeps notes apart."""

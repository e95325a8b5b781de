"""The inspection of an untrusted upload, made in a child process that may be killed.

The child runs this package alone, under the name `inspection`: so the modules import each other
relatively and nothing else of ours, and a check does not wait for the whole portal to start.
"""

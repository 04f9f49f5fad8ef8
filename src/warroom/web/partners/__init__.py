"""The register of partners, what is shared with them, their requests, and matching: pages, the interface, and the door for rooms."""

"""The door of records that partners push, and the drop folder."""

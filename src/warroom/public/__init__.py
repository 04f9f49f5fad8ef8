"""What people without a sign-in may do: read how a hold on their money or a flag on their account stands, and object to it.

They are known by the code on a notice and by nothing else. What this room answers names no account, no officer and no
case, and it cannot reach what survivors said or what evidence holds: it imports neither.
"""

"""Journeys towards the border: tourists, traders, commuters, vans of workers, aid workers, and recruits among them.

One journey in some thousand is a recruit's. Nothing says where a person comes from; help goes by offer, payer,
itinerary and contact.
"""

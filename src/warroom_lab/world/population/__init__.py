"""Who lives in the country, what they own, and what lies in their accounts when its days begin."""

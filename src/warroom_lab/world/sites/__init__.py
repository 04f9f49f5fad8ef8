"""Buildings and what feeds them: homes, clinics, schools and gangs' sites on the same feeders and fibres.

A site's load is flat through day and night, and so is a clinic's, an ice factory's and a dormitory's: nobody can be
told from load alone, and the package marks no building as a gang's outside its truth.
"""

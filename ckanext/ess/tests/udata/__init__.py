"""A real udata, the software of data.gouv.fr, harvests a real portal of ours."""

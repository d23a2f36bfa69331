"""Questions put to the index of activities, and its answers.

A question comes as a dictionary from anywhere and is read into a :class:`~.question.Question`, or refused
with a sentence for each thing that is wrong. Only then is a request for Solr made of it, in which every word
and value of the caller is quoted: nothing of Solr's own language can be said from outside.
"""

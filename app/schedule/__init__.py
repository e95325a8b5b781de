"""What is due when: the strip of a claim's legs, the calendar of dues and its feed, the Gantt."""

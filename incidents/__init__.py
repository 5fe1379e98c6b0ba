"""What went wrong with information: on record, told to those who must know, with its clock."""

"""A synthetic month in the format of Open DAMIR, in which the printed shares were put."""

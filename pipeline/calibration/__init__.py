"""The synthetic panel of health centres, solved from published margins."""

"""Kinds of acts, and the letter the synthetic file gives each. The letters are the project's."""

from __future__ import annotations

KINDS = {
    "consultation_mg": "G",
    "consultation_specialiste_mg": "GS",
    "consultation_obligatoire_enfant": "COE",
    "consultation_prevention": "CPR",
    "consultation_sante_sexuelle": "CCP",
    "consultation_protocole": "CPC",
    "consultation_complexe": "CCX",
    "consultation_tres_complexe_enfant": "CCE",
    "teleconsultation": "TCG",
    "teleconsultation_toutes_specialites": "TC",
    "visite_mg": "VG",
    "visite_longue_complexe": "VL",
    "visite_specialiste_mg": "VGS",
}
NURSING, NURSING_LETTER = "soin_infirmier", "AMI"
GP, NURSE = "mg", "infirmier"

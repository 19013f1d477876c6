-- Resources as the examples of the national guide write them: profiles, texts, telephones, both
-- codings of a place. CPTS and providers first, then slots, twenty minutes each, four in ten offered
-- by the CPTS of their provider; one line in ten is the appointment of the slot before it.
SELECT unnest([
    to_json({
        'resourceType': 'Organization',
        'id': 'c' || c,
        'meta': {'profile': [guide('sas-cpts-organization-aggregator')]},
        'identifier': [{
            'system': 'urn:oid:1.2.250.1.71.4.2.2', 'value': '1' || finess(departement(c), c)
        }],
        'name': 'CPTS du secteur ' || c,
        'telecom': [{'system': 'phone', 'value': '0100000000', 'use': 'work'}]
    }),
    to_json({
        'resourceType': 'HealthcareService',
        'id': 'h' || c,
        'meta': {'profile': [guide('sas-cpts-healthcareservice-aggregator')]},
        'providedBy': {'reference': 'Organization/c' || c}
    })
]) AS ligne
FROM range(808) r(c)
UNION ALL
SELECT unnest([
    to_json({
        'resourceType': 'Schedule',
        'id': 'p' || p,
        'meta': {'profile': [profil('FrScheduleAgregateur')]},
        'actor': [{'reference': 'Practitioner/p' || p}, {'reference': 'PractitionerRole/p' || p}]
    }),
    to_json({
        'resourceType': 'Practitioner',
        'id': 'p' || p,
        'meta': {'profile': [profil('FrPractitionerAgregateur')]},
        'identifier': [{'system': 'urn:oid:1.2.250.1.71.4.2.1', 'value': rpps(p)}],
        'name': [{'family': 'PRATICIEN' || p, 'given': ['Camille'], 'prefix': ['DR']}]
    }),
    to_json({
        'resourceType': 'PractitionerRole',
        'id': 'p' || p,
        'meta': {'profile': [profil('FrPractitionerRoleExerciceAgregateur')]},
        'contained': [{
            'resourceType': 'Location',
            'id': 'lieu',
            'address': {
                'line': ['1 rue de la Mairie'],
                'city': 'VILLE',
                'postalCode': postal(departement(p))
            }
        }],
        'practitioner': {'reference': 'Practitioner/p' || p},
        'location': [{'reference': '#lieu'}],
        'telecom': [{'system': 'phone', 'value': '0100000000', 'use': 'work'}]
    })
]) AS ligne
FROM range(getvariable('providers')) r(p)
UNION ALL
SELECT CASE
    WHEN i % 10 = 9 THEN to_json({
        'resourceType': 'Appointment',
        'id': 'r' || i,
        'meta': {'profile': [profil('FrAppointmentSAS')]},
        'identifier': [{'system': 'urn:oid:1.1.111.1.11.1.1.1', 'value': uuid_de(h)}],
        'status': CASE h % 4 WHEN 0 THEN 'booked' WHEN 1 THEN 'noshow' ELSE 'fulfilled' END,
        'slot': [{'reference': 'Slot/s' || (i - 1)}],
        'start': instant(t),
        'end': instant(t + INTERVAL 20 MINUTE),
        'created': instant(t - INTERVAL 3 HOUR),
        'participant': [{
            'actor': {'identifier': {
                'type': {'coding': [{
                    'system': 'http://interopsante.org/fhir/CodeSystem/fr-v2-0203', 'code': 'IDNPS'
                }]},
                'system': 'urn:oid:1.2.250.1.71.4.2.1',
                'value': rpps(p)
            }},
            'status': 'accepted'
        }]
    })
    ELSE to_json({
        'resourceType': 'Slot',
        'id': 's' || i,
        'meta': meta,
        'serviceType': service,
        'specialty': [{'coding': [{'system': nos('R38-SpecialiteOrdinale'), 'code': 'SM54'}]}],
        'appointmentType': {'coding': [{
            'system': 'http://terminology.hl7.org/CodeSystem/v2-0276', 'code': 'ROUTINE'
        }]},
        'schedule': {'reference': 'Schedule/p' || p},
        'start': instant(t),
        'end': instant(t + INTERVAL 20 MINUTE),
        'comment': 'https://editeur.example/rdv/' || i,
        'status': CASE WHEN i % 10 = 8 OR h % 4 = 0 THEN 'busy' ELSE 'free' END
    })
END AS ligne
FROM (
    SELECT i, p, h, TIMESTAMP '2025-01-06 08:00:00' + to_days(CAST(k // 36 AS INTEGER))
        + to_minutes(k % 36 * 20) AS t,
        CASE WHEN p % 10 < 4 THEN to_json({
            'lastUpdated': '2025-01-01T00:00:00.000+01:00',
            'profile': [guide('sas-cpts-slot-aggregator')],
            'security': [
                {'system': nos('R314-TypeCreneau'), 'code': 'PUBLIC'},
                {'system': nos('R314-TypeCreneau'), 'code': 'CPTS'}
            ]
        }) ELSE to_json({
            'lastUpdated': '2025-01-01T00:00:00.000+01:00',
            'profile': [profil('FrSlotAgregateur')],
            'security': [{
                'system': nos('R314-TypeCreneau'),
                'code': CASE h % 3 WHEN 0 THEN 'PRO' ELSE 'PUBLIC' END
            }]
        }) END AS meta,
        CASE WHEN p % 10 < 4 THEN json_array(
            json_object('coding', [acte]),
            json_object(
                'coding', [{'system': nos('R66-CategorieEtablissement'), 'code': '604'}],
                'extension', [{
                    'url': 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Slot.serviceType',
                    'valueReference': {'reference': 'HealthcareService/h' || (p % 808)}
                }]
            )
        ) ELSE json_array(json_object('coding', [acte])) END AS service
    FROM (SELECT i, brasse(i) AS h, s % getvariable('providers') AS p,
            s // getvariable('providers') AS k,
            {
                'system': 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
                'code': CASE h % 7 WHEN 0 THEN 'VR' ELSE 'AMB' END
            } AS acte
        FROM (SELECT i, CASE WHEN i % 10 = 9 THEN i - 1 ELSE i END AS s
            FROM range(getvariable('rows')) r(i)))
)

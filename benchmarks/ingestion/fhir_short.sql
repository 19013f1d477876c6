-- The least a resource may hold. Each provider first, then slots, twenty minutes each; one line in
-- ten is the appointment of the slot before it.
SELECT unnest([
    to_json({
        'resourceType': 'Schedule',
        'id': 'p' || p,
        'actor': [{'reference': 'Practitioner/p' || p}, {'reference': 'PractitionerRole/p' || p}]
    }),
    to_json({
        'resourceType': 'Practitioner',
        'id': 'p' || p,
        'identifier': [{'system': 'urn:oid:1.2.250.1.71.4.2.1', 'value': rpps(p)}]
    }),
    to_json({
        'resourceType': 'PractitionerRole',
        'id': 'p' || p,
        'practitioner': {'reference': 'Practitioner/p' || p},
        'location': [{'reference': '#lieu'}],
        'contained': [{
            'resourceType': 'Location',
            'id': 'lieu',
            'address': {'postalCode': postal(departement(p))}
        }]
    })
]) AS ligne
FROM range(getvariable('providers')) r(p)
UNION ALL
SELECT CASE
    WHEN i % 10 = 9 THEN to_json({
        'resourceType': 'Appointment',
        'id': 'r' || i,
        'identifier': [{'system': 'urn:oid:1.1', 'value': 'rdv-' || i}],
        'status': CASE h % 4 WHEN 0 THEN 'booked' WHEN 1 THEN 'noshow' ELSE 'fulfilled' END,
        'slot': [{'reference': 'Slot/s' || (i - 1)}],
        'start': instant(t),
        'end': instant(t + INTERVAL 20 MINUTE),
        'created': instant(t - INTERVAL 3 HOUR),
        'participant': [{
            'actor': {'identifier': {'system': 'urn:oid:1.2.250.1.71.4.2.1', 'value': rpps(p)}},
            'status': 'accepted'
        }]
    })
    ELSE to_json({
        'resourceType': 'Slot',
        'id': 's' || i,
        'meta': {
            'lastUpdated': '2025-01-01T00:00:00+01:00',
            'security': [{
                'system': 'https://mos.esante.gouv.fr/NOS/TRE_R314',
                'code': CASE h % 3 WHEN 0 THEN 'PRO' ELSE 'PUBLIC' END
            }]
        },
        'serviceType': [{'coding': [{
            'system': 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
            'code': CASE h % 7 WHEN 0 THEN 'VR' ELSE 'AMB' END
        }]}],
        'specialty': [{'coding': [{
            'system': 'https://mos.esante.gouv.fr/NOS/TRE_R38', 'code': 'SM54'
        }]}],
        'appointmentType': {'coding': [{
            'system': 'http://terminology.hl7.org/CodeSystem/v2-0276', 'code': 'ROUTINE'
        }]},
        'schedule': {'reference': 'Schedule/p' || p},
        'start': instant(t),
        'end': instant(t + INTERVAL 20 MINUTE),
        'status': CASE WHEN i % 10 = 8 OR h % 4 = 0 THEN 'busy' ELSE 'free' END
    })
END AS ligne
FROM (
    SELECT i, p, h, TIMESTAMP '2025-01-06 08:00:00' + to_days(CAST(k // 36 AS INTEGER))
        + to_minutes(k % 36 * 20) AS t
    FROM (SELECT i, brasse(i) AS h, s % getvariable('providers') AS p,
            s // getvariable('providers') AS k
        FROM (SELECT i, CASE WHEN i % 10 = 9 THEN i - 1 ELSE i END AS s
            FROM range(getvariable('rows')) r(i)))
)

-- The resources of one block, `brut`, that say who and where: into the tables of the feed.
INSERT INTO f_actors
SELECT ref, cle(a.reference), a.identifier.value
FROM (
    SELECT 'Schedule/' || id AS ref, unnest(actor) AS a
    FROM brut WHERE resourceType = 'Schedule'
);

INSERT INTO f_people
SELECT 'Practitioner/' || id, identifiant(identifier, '{person_system}')
FROM brut WHERE resourceType = 'Practitioner';

INSERT INTO f_roles
SELECT 'PractitionerRole/' || id, cle(practitioner.reference), practitioner.identifier.value,
    cle(organization.reference), list_transform("location", lambda x: cle(x.reference)),
    list_filter(contained, lambda x: x.address.postalCode IS NOT NULL)[1].address.postalCode
FROM brut WHERE resourceType = 'PractitionerRole';

INSERT INTO f_locations
SELECT 'Location/' || id, coalesce(identifier[1].value, id), cle(managingOrganization.reference),
    address ->> '$.postalCode'
FROM brut WHERE resourceType = 'Location';

INSERT INTO f_organizations
SELECT 'Organization/' || id, identifiant(identifier, '{structure_system}'),
    coalesce(address ->> '$[0].postalCode', address ->> '$.postalCode')
FROM brut WHERE resourceType = 'Organization';

INSERT INTO f_services
SELECT 'HealthcareService/' || id, cle(providedBy.reference)
FROM brut WHERE resourceType = 'HealthcareService';

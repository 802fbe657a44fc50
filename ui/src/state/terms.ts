/** The vocabularies every screen names things with, as the files have them: content types, thematic areas, licences. */
export function loadTerms(): Promise<[unknown, unknown, unknown]> {
  return Promise.all([
    import('@vocab/content_types.json').then((file) => file.default),
    import('@vocab/thematic_areas.json').then((file) => file.default),
    import('@vocab/licences.json').then((file) => file.default),
  ]);
}

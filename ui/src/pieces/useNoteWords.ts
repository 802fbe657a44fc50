import { useCallback } from 'react';
import type { Note } from '../backend/wire';
import { type MessageId, useFormats, useT } from '../text';

const EMPHASES = ['strong', 'em', 'strike', 'code'];
const BLOCKS = ['quote', 'code', 'table', 'footnote', 'source'];
const DIRECTIONS = ['rtl', 'ltr'];

/** Says what changed about words that stayed: `heading 2 → heading 3`. */
export function useNoteWords(): (note: Note) => string {
  const t = useT();
  const { list } = useFormats();
  return useCallback(
    ({ what, before, after }) => {
      // A file has no name that says more than that it is another one.
      if (what === 'picture') {
        return t(`review.form.picture.${before === '' ? 'new' : after === '' ? 'removed' : 'other'}`);
      }
      const known = (family: string, names: string[], value: string) =>
        names.includes(value) ? t(`review.form.${family}.${value}` as MessageId) : value;
      const side = (value: string): string => {
        if (value === '') return t(`review.form.${what}.none`);
        switch (what) {
          case 'heading':
          case 'list':
            return t(`review.form.${what}`, { level: Number(value) });
          case 'block':
            return known(what, BLOCKS, value);
          case 'direction':
            return known(what, DIRECTIONS, value);
          case 'emphasis':
            return list(value.split(' ').map((one) => known(what, EMPHASES, one)));
          case 'link':
            return t('review.form.link', { address: value });
        }
      };
      return t('review.form', { before: side(before), after: side(after) });
    },
    [t, list],
  );
}

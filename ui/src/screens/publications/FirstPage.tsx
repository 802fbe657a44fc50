import { FileText } from 'lucide-react';
import { useState } from 'react';
import { thumbnailUrl } from '../../backend';
import type { Publication } from '../../backend/wire';
import { useT } from '../../text';
import css from './FirstPage.module.css';

/** The first page, small beside the title; a press makes it as wide as there is room. */
export function FirstPage({ publication, ready }: { publication: Publication; ready: boolean }) {
  const t = useT();
  const [large, setLarge] = useState(false);
  const [none, setNone] = useState(false);
  if (!ready || !publication.has_thumbnail || none) {
    return (
      <span className={css.page}>
        {!publication.has_thumbnail && <FileText size={40} strokeWidth={1.1} aria-hidden />}
      </span>
    );
  }
  return (
    <button
      type="button"
      className={large ? `${css.press} ${css.large}` : css.press}
      title={t(large ? 'publications.smaller' : 'publications.larger')}
      aria-pressed={large}
      onClick={() => setLarge(!large)}
    >
      <img
        className={css.page}
        src={thumbnailUrl(publication.id)}
        alt={t('publications.first_page', { title: publication.title || publication.name })}
        onError={() => setNone(true)}
      />
    </button>
  );
}

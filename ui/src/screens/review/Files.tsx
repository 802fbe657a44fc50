import { FileImage, FileMinus, FilePen, FilePlus, FileSpreadsheet, FileText, Replace } from 'lucide-react';
import { useState } from 'react';
import { firstPageUrl } from '../../backend';
import type { FileDiff, ReleaseFile } from '../../backend/wire';
import { useFormats, useT } from '../../text';
import css from './Files.module.css';

const ICONS = { new: FilePlus, removed: FileMinus, replaced: Replace, described: FilePen };

/** The files that are not as they were, with their first pages; of those that are, only how many. */
export function Files({ files }: { files: FileDiff[] }) {
  const t = useT();
  if (files.length === 0) return null;
  const same = files.filter(({ change }) => change === 'same').length;
  return (
    <section className={css.files} aria-labelledby="review-files">
      <h3 id="review-files">{t('review.files')}</h3>
      {same < files.length && (
        <ul>
          {files.map((file) => (
            <Changed
              key={`${file.change}-${file.before?.sha256}-${file.after?.sha256}-${file.name}`}
              file={file}
            />
          ))}
        </ul>
      )}
      {same > 0 && <p className={css.quiet}>{t('review.files.same', { count: same })}</p>}
    </section>
  );
}

function Changed({ file: { change, before, after, name } }: { file: FileDiff }) {
  const t = useT();
  if (change === 'same') return null;
  const Icon = ICONS[change];
  const word = (
    <span className={css.word}>
      <Icon size={16} aria-hidden />
      {t(`review.file.${change}`)}
    </span>
  );
  if (change === 'replaced' && before && after) {
    return (
      <li className={css.replaced} data-change={change} aria-label={name}>
        {word}
        <div className={css.beside}>
          {[before, after].map((side) => (
            <figure key={side === before ? 'before' : 'after'}>
              <figcaption>{t(side === before ? 'review.before' : 'review.after')}</figcaption>
              <FirstPage key={side.sha256} file={side} told />
              <Facts file={side} />
            </figure>
          ))}
        </div>
      </li>
    );
  }
  const shown = after ?? before;
  if (!shown) return null;
  const renamed = change === 'described' && before && before.name !== shown.name;
  return (
    <li className={css.alone} data-change={change} aria-label={name}>
      <FirstPage key={shown.sha256} file={shown} />
      <div>
        {word}
        <Facts file={shown} />
        {renamed && <p className={css.quiet}>{t('review.file.was', { name: before.name })}</p>}
        {!shown.here && <p className={css.quiet}>{t('review.file.not_here')}</p>}
      </div>
    </li>
  );
}

function Facts({ file }: { file: ReleaseFile }) {
  const t = useT();
  const formats = useFormats();
  const pages = file.pages ?? 0;
  const facts = [pages > 0 && t('publications.pages', { count: pages }), formats.bytes(file.bytes)];
  return (
    <div className={css.facts}>
      <span className={css.name}>
        <bdi>{file.title || file.name}</bdi>
      </span>
      {file.title && (
        <span className={css.quiet}>
          <bdi>{file.name}</bdi>
        </span>
      )}
      <span className={css.quiet}>{facts.filter(Boolean).join(' · ')}</span>
    </div>
  );
}

/** The first page of a file, or its kind where it has none; `told` says in words why not. */
function FirstPage({ file, told }: { file: ReleaseFile; told?: boolean }) {
  const t = useT();
  const [state, setState] = useState<'coming' | 'shown' | 'none'>(file.here ? 'coming' : 'none');
  const Mark = mark(file.mime);
  return (
    <span className={css.page}>
      {state !== 'shown' && (
        <span className={css.mark}>
          <Mark size={told ? 40 : 28} strokeWidth={1.1} aria-hidden />
          {told && state === 'none' && t(file.here ? 'review.file.no_picture' : 'review.file.not_here')}
        </span>
      )}
      {state !== 'none' && (
        <img
          src={firstPageUrl(file.sha256)}
          alt={state === 'shown' ? t('review.file.picture', { name: file.title || file.name }) : ''}
          hidden={state !== 'shown'}
          onLoad={() => setState('shown')}
          onError={() => setState('none')}
        />
      )}
    </span>
  );
}

function mark(mime: string) {
  if (mime.startsWith('image/')) return FileImage;
  return /sheet|excel|csv/.test(mime) ? FileSpreadsheet : FileText;
}

import { FileSignature, Paperclip } from 'lucide-react';
import { blobUrl } from '../../backend';
import type { ReleaseRow } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { shortHash } from '../../pieces/proofWords';
import { useAct, useLive } from '../../state/live';
import { useFormats, useLang, useT } from '../../text';
import css from './Proof.module.css';

/** The sheet for whoever signs on paper: a PDF of exactly what was handed in. */
export function PaperSheet(props: { draft: string; release: ReleaseRow }) {
  const t = useT();
  const { lang } = useLang();
  const formats = useFormats();
  const save = useAct('files.save_as');
  const write = useAct('review.sheet');
  const sheets = useLive('review.sheets', { draft: props.draft }, ['review']);
  const choose = useAct('publications.choose');
  const attach = useAct('review.attach_sheet');
  const failed = save.error ?? write.error ?? choose.error ?? attach.error;
  const choosing = () =>
    choose.mutate(
      { folder: false },
      {
        onSuccess: ({ paths: [path] }) => path !== undefined && attach.mutate({ draft: props.draft, path }),
      },
    );
  const ask = () =>
    save.mutate(
      { name: `qalam-${props.release.hash.slice(0, 8)}.pdf` },
      { onSuccess: ({ path }) => path !== null && write.mutate({ draft: props.draft, lang, to: path }) },
    );
  return (
    <section className={css.part} aria-labelledby="proof-sheet">
      <h2 id="proof-sheet">{t('proof.sheet')}</h2>
      <p className={css.quiet}>{t('proof.sheet.text')}</p>
      <div className={css.ways}>
        <Button icon={FileSignature} isDisabled={write.isPending} onPress={ask}>
          {t('proof.sheet.write')}
        </Button>
        <Button kind="quiet" icon={Paperclip} isDisabled={attach.isPending} onPress={choosing}>
          {t('proof.sheet.attach')}
        </Button>
      </div>
      <div className={css.said} role="status">
        {write.data && !failed && (
          <p>
            {t('proof.file.written', {
              file: write.variables.to.split(/[\\/]/).at(-1) ?? '',
              size: formats.bytes(write.data.bytes),
            })}
          </p>
        )}
      </div>
      {(sheets.data?.sheets ?? []).map((sheet) => (
        <figure key={`${sheet.release} ${sheet.sha256}`} className={css.scan}>
          {/^image\/(png|jpeg)$/.test(sheet.mime) && (
            <img src={blobUrl(sheet.sha256)} alt={t('proof.sheet.scan_picture')} />
          )}
          <figcaption>
            <bdi>{sheet.name}</bdi>{' '}
            <span className={css.quiet}>
              {formats.bytes(sheet.bytes)} ·{' '}
              {t('proof.sheet.scan', { name: sheet.by, time: formats.dateTime(sheet.at) })} ·{' '}
              <code dir="ltr" title={sheet.sha256}>
                {shortHash(sheet.sha256)}
              </code>
            </span>
          </figcaption>
        </figure>
      ))}
      {failed && <ErrorLine trouble={failed} />}
    </section>
  );
}

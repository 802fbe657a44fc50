import { FileSignature } from 'lucide-react';
import type { ReleaseRow } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { useAct } from '../../state/live';
import { useFormats, useLang, useT } from '../../text';
import css from './Proof.module.css';

/** The sheet for whoever signs on paper: a PDF of exactly what was handed in. */
export function PaperSheet(props: { draft: string; release: ReleaseRow }) {
  const t = useT();
  const { lang } = useLang();
  const formats = useFormats();
  const save = useAct('files.save_as');
  const write = useAct('review.sheet');
  const failed = save.error ?? write.error;
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
      {failed && <ErrorLine trouble={failed} />}
    </section>
  );
}

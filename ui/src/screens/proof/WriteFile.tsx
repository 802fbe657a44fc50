import { FileOutput } from 'lucide-react';
import { useState } from 'react';
import type { ReleaseRow } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Field } from '../../parts/Field';
import { Select } from '../../parts/Select';
import { Switch } from '../../parts/Switch';
import { useAct, useLive } from '../../state/live';
import { useFormats, useT } from '../../text';
import css from './Proof.module.css';

const ANYBODY = 'anybody';

/** The file that carries a request to an approver, a decision back, or the proof to whoever asks. */
export function WriteFile(props: { draft: string; release: ReleaseRow }) {
  const t = useT();
  const formats = useFormats();
  const standing = useLive('review.standing', { draft: props.draft }, ['review', 'settings', 'drafts']);
  const [words, setWords] = useState('');
  const [files, setFiles] = useState(true);
  const keys = useLive('keys.list', {}, ['settings']);
  const [reader, setReader] = useState(ANYBODY);
  const readers = (keys.data?.keys ?? []).filter(
    (key) => !key.ours && key.seals && key.trusted_at && !key.ended,
  );
  const save = useAct('files.save_as');
  const write = useAct('review.export');
  const { state } = props.release;
  const guest = standing.data?.guest ?? false;
  const purpose = state === 'in_review' ? 'review' : guest ? 'decision' : 'proof';
  // A returned or withdrawn text of one's own is nobody's to decide about and proves nothing.
  if (!standing.data || (purpose === 'proof' && state !== 'approved')) return null;
  if (purpose === 'review' && guest) return null;
  const failed = save.error ?? write.error;
  const ask = () =>
    save.mutate(
      { name: `qalam-${purpose}-${props.release.hash.slice(0, 8)}.qalam` },
      {
        onSuccess: ({ path }) =>
          path !== null &&
          write.mutate({
            draft: props.draft,
            to: path,
            words,
            files,
            ...(purpose === 'proof' || reader === ANYBODY ? {} : { reader }),
          }),
      },
    );
  return (
    <section className={css.part} aria-labelledby="proof-file">
      <h2 id="proof-file">{t(`proof.file.${purpose}`)}</h2>
      <p className={css.quiet}>{t(`proof.file.${purpose}.text`)}</p>
      {purpose !== 'proof' && (
        <Field label={t('proof.file.words')} rows={2} value={words} onChange={setWords} />
      )}
      {purpose !== 'proof' && readers.length > 0 && (
        <Select
          label={t('proof.file.readers')}
          value={reader}
          onChange={setReader}
          choices={[
            { id: ANYBODY, label: t('proof.file.anybody') },
            ...readers.map((key) => ({
              id: key.id,
              label: t('proof.file.only', { name: key.name }),
              more: key.fingerprint,
            })),
          ]}
        />
      )}
      <div className={css.ways}>
        <Button
          kind={guest ? 'primary' : 'plain'}
          icon={FileOutput}
          isDisabled={write.isPending}
          onPress={ask}
        >
          {t('proof.file.write')}
        </Button>
        {purpose !== 'decision' && (
          <Switch isOn={files} onChange={setFiles}>
            {t('proof.file.with_files')}
          </Switch>
        )}
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

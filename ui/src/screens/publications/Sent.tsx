import { Feather } from 'lucide-react';
import type { Publication, SentFile, SlimChoice } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Select } from '../../parts/Select';
import { useAct } from '../../state/live';
import { useFormats, useT } from '../../text';
import { useTold } from '../../text/failures';
import css from './Sent.module.css';

const CHOICES = ['rule', 'always', 'never'] as const satisfies readonly SlimChoice[];

/** What is sent in the place of a file: by the rule or as a person says, and what is saved by it. */
export function Sent({ publication, sent }: { publication: Publication; sent: SentFile | undefined }) {
  const t = useT();
  const slim = useAct('publications.slim');
  const { id } = publication;
  return (
    <section aria-labelledby="sent" className={css.sent}>
      <h3 id="sent" className={css.heading}>
        {t('slim.sent')}
      </h3>
      <Select
        label={t('slim.choice')}
        labelHidden
        value={publication.slim}
        onChange={(choice) => slim.mutate({ publications: [id], choice: choice as SlimChoice })}
        choices={CHOICES.map((one) => ({ id: one, label: t(`slim.choice.${one}`) }))}
        isDisabled={slim.isPending}
      />
      <div role="status" className={css.told}>
        {slim.isPending ? (
          <p>{t('slim.busy')}</p>
        ) : sent ? (
          <Outcome publication={publication} sent={sent} />
        ) : publication.slim === 'never' ? (
          <p>{t('slim.whole')}</p>
        ) : (
          <Button kind="quiet" small icon={Feather} onPress={() => slim.mutate({ publications: [id] })}>
            {t('slim.try')}
          </Button>
        )}
      </div>
      {slim.error && <ErrorLine trouble={slim.error} />}
    </section>
  );
}

function Outcome({ publication, sent }: { publication: Publication; sent: SentFile }) {
  const t = useT();
  const told = useTold();
  const formats = useFormats();
  const { report, why } = sent;
  if (!report)
    return <p>{why ? told(`not_slimmed.${why}`, { name: publication.name }).what : t('slim.whole')}</p>;
  const size = (of: [number, number] | null) => of?.map((edge) => formats.number(edge)).join(' × ') ?? '';
  const resized = size(report.size_before) !== size(report.size_after);
  return (
    <p>
      <strong>
        {t('slim.saved', {
          before: formats.bytes(report.before),
          after: formats.bytes(report.after),
          share: formats.percent(1 - report.after / Math.max(1, report.before)),
        })}
      </strong>{' '}
      {report.lossless && t('slim.lossless')}{' '}
      {resized && t('slim.resized', { before: size(report.size_before), after: size(report.size_after) })}{' '}
      {report.cleaned && t('slim.cleaned')}
    </p>
  );
}

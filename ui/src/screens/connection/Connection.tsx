import { ArrowLeft, Printer, RefreshCw } from 'lucide-react';
import type { Diagnosis } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { ScreenHead } from '../../parts/Screen';
import { useLive } from '../../state/live';
import { useMe } from '../../state/me';
import { back } from '../../state/screen';
import { useFormats, useT } from '../../text';
import css from './Connection.module.css';
import { StepLine } from './StepLine';

/** The way to a portal, step by step, each with what was found and what to do. An administrator prints it. */
export function Connection(props: { portal: string }) {
  const t = useT();
  const portals = useLive('portals.list', {}, ['portals']);
  const own = portals.data?.portals.find((one) => one.name === props.portal)?.kind === 'practice';
  const name = own ? t('settings.portal.practice') : props.portal;
  const found = useLive('portals.diagnose', { name: props.portal }, [], { keep: false });
  const { refetch: again } = found;
  return (
    <div className={css.screen}>
      <ScreenHead title={t('connection.title', { portal: name })}>
        <Button icon={RefreshCw} isDisabled={found.isFetching} onPress={() => void again()}>
          {t('connection.again')}
        </Button>
        <Button icon={Printer} isDisabled={found.data === undefined} onPress={() => window.print()}>
          {t('connection.print')}
        </Button>
        <Button icon={ArrowLeft} mirror onPress={() => void back()}>
          {t('connection.back')}
        </Button>
      </ScreenHead>
      <div className={css.inside}>
        <p role="status" className={css.looking}>
          {found.isFetching && t('connection.looking')}
        </p>
        {found.error && <ErrorLine trouble={found.error} params={{ portal: name }} />}
        {found.data && <Way diagnosis={found.data} portal={name} stale={found.isFetching} />}
      </div>
    </div>
  );
}

function Way(props: { diagnosis: Diagnosis; portal: string; stale: boolean }) {
  const t = useT();
  const formats = useFormats();
  const { state } = useMe();
  const { diagnosis, portal, stale } = props;
  const { steps } = diagnosis;
  const wrong = steps.find((step) => step.state === 'failed');
  const after = wrong ? steps.slice(steps.indexOf(wrong) + 1) : [];
  const went = after.some((step) => step.state === 'done');
  return (
    <section className={css.way} data-stale={stale || undefined} aria-label={t('connection.steps')}>
      <p className={css.sum}>
        {!wrong
          ? t('connection.all_works')
          : t(went ? 'connection.works_but' : 'connection.ends', {
              step: t(`connection.step.${wrong.step}`),
            })}
      </p>
      <ol className={css.steps}>
        {steps.map((step) => (
          <StepLine
            key={step.step}
            step={step}
            portal={portal}
            ended={wrong !== undefined && after.includes(step)}
          />
        ))}
      </ol>
      <p className={css.small}>
        <span dir="ltr">{diagnosis.url}</span>
        <span>{t('connection.at', { time: formats.dateTime(diagnosis.at), version: state.version })}</span>
      </p>
    </section>
  );
}

import { ArrowLeft } from 'lucide-react';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { ScreenHead } from '../../parts/Screen';
import { useLive } from '../../state/live';
import { go } from '../../state/screen';
import { useT } from '../../text';
import { BackHome } from './BackHome';
import css from './Carry.module.css';
import { Deliver } from './Deliver';
import { HandOver } from './HandOver';
import { TakeAlong } from './TakeAlong';
import { TakeOver } from './TakeOver';

/** Other ways to a portal than this PC's own connection: a stick in somebody's bag, an e-mail to an editor. */
export function Carry() {
  const t = useT();
  const courier = useLive('courier.list', {}, ['outbox', 'portals']);
  return (
    <div className={css.screen}>
      <ScreenHead title={t('carry.title')} note={t('carry.note')}>
        <Button icon={ArrowLeft} mirror onPress={() => void go({ name: 'outbox' })}>
          {t('common.nav.outbox')}
        </Button>
      </ScreenHead>
      <div className={css.inside}>
        {courier.error && <ErrorLine trouble={courier.error} />}
        <TakeAlong packages={courier.data?.packages ?? []} />
        <BackHome />
        <Deliver carried={courier.data?.carried ?? []} />
        <HandOver />
        <TakeOver />
      </div>
    </div>
  );
}

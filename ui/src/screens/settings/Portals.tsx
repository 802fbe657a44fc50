import { ExternalLink, Plus, Trash2, Wifi } from 'lucide-react';
import { useState } from 'react';
import type { PortalRow } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { useShowOnPractice } from '../../pieces/practice';
import { useAct, useLive } from '../../state/live';
import { useFormats, useT } from '../../text';
import { Abilities } from './Abilities';
import { AddPortal } from './AddPortal';
import css from './Settings.module.css';

/** Where pieces are sent to. */
export function Portals() {
  const t = useT();
  const portals = useLive('portals.list', {}, ['portals', 'link']);
  const [adding, setAdding] = useState(false);
  return (
    <section className={css.part} aria-labelledby="settings-portals">
      <h2 id="settings-portals">{t('settings.portals')}</h2>
      {portals.error && <ErrorLine trouble={portals.error} />}
      {portals.data && portals.data.portals.length > 0 && (
        <ul className={css.portals}>
          {portals.data.portals.map((portal) => (
            <Portal key={portal.id} portal={portal} />
          ))}
        </ul>
      )}
      {adding ? (
        <AddPortal onDone={() => setAdding(false)} />
      ) : (
        <div className={css.ways}>
          <Button icon={Plus} onPress={() => setAdding(true)}>
            {t('settings.portal.add')}
          </Button>
        </div>
      )}
    </section>
  );
}

function Portal({ portal }: { portal: PortalRow }) {
  const t = useT();
  const formats = useFormats();
  const practice = useShowOnPractice();
  const test = useAct('portals.test');
  const remove = useAct('portals.remove');
  const [asking, setAsking] = useState(false);
  const own = portal.kind === 'practice';
  const failed = test.error ?? remove.error ?? practice.error;
  const tested = test.data;
  return (
    <li className={css.portal}>
      <div>
        <strong>{own ? t('settings.portal.practice') : <bdi>{portal.name}</bdi>}</strong>
        {own ? (
          <span className={css.quiet}>{t('settings.portal.practice_help')}</span>
        ) : (
          <span className={css.address} dir="ltr">
            {portal.url}
          </span>
        )}
        {portal.last_contact && (
          <span className={css.quiet}>
            {t('settings.portal.last', { time: formats.dateTime(portal.last_contact) })}
          </span>
        )}
      </div>
      <div className={css.ways}>
        {own && practice.available && (
          <Button small icon={ExternalLink} mirror onPress={() => practice.show()}>
            {t('common.action.show_practice')}
          </Button>
        )}
        <Button
          small
          icon={Wifi}
          isDisabled={test.isPending}
          onPress={() => test.mutate({ name: portal.name })}
        >
          {t('settings.portal.test')}
        </Button>
        {!own && (
          <Button
            small
            kind="danger"
            icon={Trash2}
            aria-label={t('settings.portal.remove_named', { name: portal.name })}
            onPress={() => setAsking(true)}
          />
        )}
      </div>
      {asking && (
        <div className={`${css.all} ${css.ways}`}>
          <span>{t('settings.portal.remove_ask', { name: portal.name })}</span>
          <Button small kind="danger" onPress={() => remove.mutate({ name: portal.name })}>
            {t('settings.portal.remove')}
          </Button>
          <Button small onPress={() => setAsking(false)}>
            {t('common.action.cancel')}
          </Button>
        </div>
      )}
      <Abilities portal={portal} />
      <div className={css.all} role="status">
        {tested && !tested.last_failure && <span className={css.good}>{t('settings.portal.answers')}</span>}
        {tested?.last_failure && <ErrorLine trouble={tested.last_failure} params={{ portal: portal.name }} />}
        {failed && <ErrorLine trouble={failed} params={{ portal: portal.name }} />}
      </div>
    </li>
  );
}

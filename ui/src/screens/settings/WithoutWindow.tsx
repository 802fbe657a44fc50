import { LogOut } from 'lucide-react';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { useAct, useLive } from '../../state/live';
import { useMe } from '../../state/me';
import { useT } from '../../text';
import settings from './Settings.module.css';
import { Wish } from './Wish';

/** What goes on when nobody looks: sending without the window, the service, and messages of the system. */
export function WithoutWindow() {
  const t = useT();
  const { state } = useMe();
  const here = useLive('background.state', {}, ['settings']);
  const set = useAct('settings.set');
  const install = useAct('background.install_service');
  const remove = useAct('background.remove_service');
  const quit = useAct('app.quit');
  const { keep_sending, notices } = state.settings;
  const service = here.data?.service;
  const tray = here.data?.tray ?? true;
  const busy = install.isPending || remove.isPending;
  const failed = set.error ?? install.error ?? remove.error ?? quit.error;

  return (
    <section className={settings.part} id="background" aria-labelledby="settings-background">
      <h2 id="settings-background">{t('background.title')}</h2>
      {failed && <ErrorLine trouble={failed} />}
      <Wish
        label={t('background.keep')}
        help={t(tray ? 'background.keep_help' : 'background.no_tray')}
        isOn={keep_sending && tray}
        isDisabled={!tray}
        onChange={(value) => set.mutate({ key: 'keep_sending', value })}
      >
        {keep_sending && tray && (
          <div className={settings.ways}>
            <Button small icon={LogOut} mirror onPress={() => quit.mutate({})}>
              {t('background.quit')}
            </Button>
          </div>
        )}
      </Wish>
      {service && (
        <Wish
          label={t('background.service')}
          help={t('background.service_help')}
          isOn={service.installed}
          isDisabled={busy || !service.possible}
          onChange={(on) => (on ? install : remove).mutate({})}
        >
          {service.installed && !service.running && !busy && (
            <p>{t('background.service_stopped', { name: service.name })}</p>
          )}
          {service.installed && service.passphrase_file && (
            <p>{t('background.service_passphrase', { path: service.passphrase_file })}</p>
          )}
        </Wish>
      )}
      {!tray && !service && <p>{t('background.service_none')}</p>}
      <Wish
        label={t('background.notices')}
        help={t('background.notices_help')}
        isOn={notices}
        onChange={(value) => set.mutate({ key: 'notices', value })}
      />
    </section>
  );
}

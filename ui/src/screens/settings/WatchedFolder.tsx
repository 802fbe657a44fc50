import { ArrowRight, FolderSearch, FolderX } from 'lucide-react';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { go } from '../../state/screen';
import { useWatched } from '../../state/watched';
import { useT } from '../../text';
import css from './Settings.module.css';
import own from './WatchedFolder.module.css';

/** The folder whose new files are offered: which, how it stands, and leaving it. */
export function WatchedFolder() {
  const t = useT();
  const watched = useWatched();
  const { folder, name, offered } = watched;
  const count = offered?.total ?? 0;
  return (
    <section className={css.part} id="watched" aria-labelledby="settings-watched">
      <div className={css.with}>
        <h2 id="settings-watched">{t('watched.title')}</h2>
        <p className={css.quiet}>{t('watched.help')}</p>
      </div>
      {watched.failed && <ErrorLine trouble={watched.failed} />}
      {folder !== null && (
        <div className={own.folder}>
          <bdi dir="ltr" className={own.path}>
            {folder}
          </bdi>
          <div role="status" className={own.state}>
            {offered?.reached === false ? (
              <p className={own.away}>
                <FolderX size={16} aria-hidden />
                <span>
                  {t('watched.away', { folder: name })} {t('watched.away_help')}
                </span>
              </p>
            ) : count > 0 ? (
              <p>
                {t('watched.new', { count, folder: name })}{' '}
                <Button
                  kind="quiet"
                  small
                  icon={ArrowRight}
                  mirror
                  trailing
                  onPress={() => void go({ name: 'publications' })}
                >
                  {t('watched.show')}
                </Button>
              </p>
            ) : (
              <p className={css.quiet}>{t(offered?.reached ? 'watched.nothing' : 'watched.first')}</p>
            )}
          </div>
        </div>
      )}
      <div className={css.ways}>
        <Button icon={FolderSearch} onPress={watched.choose}>
          {t(folder === null ? 'watched.choose' : 'watched.other')}
        </Button>
        {folder !== null && (
          <>
            <Button isDisabled={watched.busy} onPress={watched.look}>
              {t('watched.look')}
            </Button>
            <Button onPress={watched.stop}>{t('watched.stop')}</Button>
          </>
        )}
      </div>
    </section>
  );
}

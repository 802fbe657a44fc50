import { FilePlus, ImageIcon, Paperclip, ShieldAlert, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { blobUrl, call, Failure } from '../../../backend';
import type { Attachment, Draft, Finding } from '../../../backend/wire';
import { Button } from '../../../parts/Button';
import { ErrorLine } from '../../../parts/ErrorLine';
import { Field } from '../../../parts/Field';
import { Select } from '../../../parts/Select';
import { toast } from '../../../parts/toasts';
import { WrittenIn } from '../../../parts/writing';
import { useFormats, useT } from '../../../text';
import { useTold } from '../../../text/failures';
import { useAttached } from '../useAttached';
import { AttachPublication } from './AttachPublication';
import css from './Panel.module.css';

const ROLES: Attachment['role'][] = ['publication', 'supplement', 'data', 'picture', 'cover'];

/** The files that go with the piece, each in its role; pictures with their description in this language. */
export function Files(props: {
  draft: Draft;
  lang: string;
  readOnly: boolean;
  onUsePicture: (sha256: string, alt: string) => void;
}) {
  const t = useT();
  const { draft } = props;
  const [failure, setFailure] = useState<Failure | null>(null);
  const [searching, setSearching] = useState(false);
  const attempt = async (act: () => Promise<unknown>) => {
    try {
      await act();
      setFailure(null);
    } catch (thrown) {
      setFailure(Failure.from(thrown));
    }
  };
  const attached = useAttached(setFailure);
  const add = (what: { paths?: string[]; publications?: string[]; role?: Attachment['role'] }) =>
    attempt(async () => attached(draft, await call('attachments.add', { draft: draft.id, ...what })));
  const choose = () =>
    attempt(async () => {
      const { paths } = await call('publications.choose', { folder: false });
      if (paths.length > 0) await add({ paths });
    });
  const remove = (file: Attachment) =>
    attempt(async () => {
      await call('attachments.remove', { attachment: file.id });
      toast(t('editor.files.removed', { name: file.title || file.name }), {
        label: t('common.action.undo'),
        act: () => void attempt(() => call('attachments.put_back', { attachment: file.id })),
      });
    });
  return (
    <div className={css.files} data-field="attachments">
      {failure && <ErrorLine trouble={failure} />}
      {draft.attachments.length === 0 && <p className={css.quiet}>{t('editor.files.none')}</p>}
      <ul className={css.fileList}>
        {draft.attachments.map((file) => (
          <FileCard
            key={`${file.id}-${props.lang}`}
            file={file}
            lang={props.lang}
            readOnly={props.readOnly}
            onChange={(change) =>
              void attempt(() => call('attachments.set', { attachment: file.id, ...change }))
            }
            onRemove={() => void remove(file)}
            onUse={() => props.onUsePicture(file.sha256, file.alt[props.lang] ?? '')}
          />
        ))}
      </ul>
      {!props.readOnly && (
        <div className={css.ways}>
          <Button icon={FilePlus} onPress={() => void choose()}>
            {t('editor.files.choose')}
          </Button>
          <Button icon={Paperclip} aria-expanded={searching} onPress={() => setSearching(!searching)}>
            {t('editor.files.from_publications')}
          </Button>
        </div>
      )}
      {searching && !props.readOnly && (
        <AttachPublication
          attached={draft.attachments.flatMap((file) => file.publication ?? [])}
          onChoose={(publication) => void add({ publications: [publication], role: 'publication' })}
        />
      )}
    </div>
  );
}

function FileCard(props: {
  file: Attachment;
  lang: string;
  readOnly: boolean;
  onChange: (change: { role?: Attachment['role']; alt?: Record<string, string>; title?: string }) => void;
  onRemove: () => void;
  onUse: () => void;
}) {
  const t = useT();
  const formats = useFormats();
  const { file, lang } = props;
  const told = useTold();
  const pages = file.read?.pages ?? 0;
  const isPicture = file.mime.startsWith('image/');
  const [alt, setAlt] = useState(file.alt[lang] ?? '');
  return (
    <li className={css.file}>
      <div className={css.fileHead}>
        {isPicture ? (
          <img src={blobUrl(file.sha256)} alt={file.alt[lang] ?? ''} className={css.thumb} />
        ) : (
          <Paperclip size={17} aria-hidden />
        )}
        <span className={css.fileName}>
          <bdi>{file.title || file.name}</bdi>
          <span className={css.quiet}>
            {[pages > 0 && t('editor.files.pages', { count: pages }), formats.bytes(file.bytes)]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </span>
        {!props.readOnly && (
          <Button
            kind="quiet"
            small
            icon={Trash2}
            aria-label={t('editor.files.remove', { name: file.title || file.name })}
            onPress={props.onRemove}
          />
        )}
      </div>
      {file.read && file.read.findings.length > 0 && (
        <ul className={css.toKnow}>
          {file.read.findings.map((finding) => (
            <li key={finding.code}>
              <ShieldAlert size={16} aria-hidden />
              <span>{withoutName(told, finding)}</span>
            </li>
          ))}
        </ul>
      )}
      <Select
        label={t('editor.files.role')}
        inline
        value={file.role}
        isDisabled={props.readOnly}
        onChange={(role) => props.onChange({ role: role as Attachment['role'] })}
        choices={ROLES.map((id) => ({ id, label: t(`editor.files.role.${id}`) }))}
      />
      {isPicture && (
        <WrittenIn value={lang}>
          <Field
            label={t('editor.files.alt', { language: formats.languageName(lang) })}
            value={alt}
            isReadOnly={props.readOnly}
            onChange={setAlt}
            onBlur={() => {
              if (alt.trim() !== (file.alt[lang] ?? ''))
                props.onChange({ alt: { ...file.alt, [lang]: alt.trim() } });
            }}
          />
        </WrittenIn>
      )}
      {isPicture && !props.readOnly && (
        <div>
          <Button small icon={ImageIcon} onPress={props.onUse}>
            {t('editor.files.use')}
          </Button>
        </div>
      )}
    </li>
  );
}

const HOLDS = 'file_holds_';

/** A finding about a file whose name stands above it. */
function withoutName(told: ReturnType<typeof useTold>, { code, params }: Finding): string {
  const said = code.startsWith(HOLDS)
    ? told(`warning.${code.slice(HOLDS.length)}`, params)
    : told(code, params, 'finding.');
  return said.what;
}

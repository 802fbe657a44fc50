import {
  BookText,
  CalendarDays,
  ChartColumn,
  FileText,
  FolderKanban,
  GraduationCap,
  type LucideIcon,
  Medal,
  Megaphone,
  Newspaper,
  Sprout,
  Waypoints,
} from 'lucide-react';

const ICONS: Record<string, LucideIcon> = {
  news: Newspaper,
  event: CalendarDays,
  training: GraduationCap,
  announcement: Megaphone,
  programme: Waypoints,
  project: FolderKanban,
  success_story: Sprout,
  best_practice: Medal,
  publication: BookText,
  statistics: ChartColumn,
};

/** The mark of a content type; a sheet for types this build does not know. */
export function typeIcon(type: string): LucideIcon {
  return ICONS[type] ?? FileText;
}

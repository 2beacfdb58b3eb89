import type { ReactNode } from 'react'

interface IconProps {
  readonly size?: number
}

/** Icons only stand beside words, so they say nothing by themselves to a screen reader. */
function Icon({ size = 16, children }: IconProps & { children: ReactNode }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  )
}

export const CheckIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M3 8.5 6.500 12 13 4.500" />
  </Icon>
)
export const WarnIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M8 2.200 14.500 13.500H1.500zM8 6.500v3.200M8 11.600v.1" />
  </Icon>
)
export const PlusIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M8 3v10M3 8h10" />
  </Icon>
)
/** Points down; `turn` is clockwise, degrees. */
export const ChevronIcon = ({ turn = 0, ...props }: IconProps & { readonly turn?: number }) => (
  <Icon {...props}>
    <path d="m4 6 4 4 4-4" transform={`rotate(${turn} 8 8)`} />
  </Icon>
)
export const MinusIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M3 8h10" />
  </Icon>
)
export const PersonIcon = (props: IconProps) => (
  <Icon {...props}>
    <circle cx="8" cy="5.500" r="2.700" />
    <path d="M2.800 14c.5-2.800 2.500-4.200 5.200-4.200s4.700 1.400 5.200 4.200" />
  </Icon>
)
export const NowIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M1.500 8h3l2-5 3 10 2-5h3" />
  </Icon>
)
export const DevicesIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M2.500 4h11M2.500 8h11M2.500 12h11" />
  </Icon>
)
export const ExploreIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M2 2v12h12M4.500 10.500 7.500 7l2.500 2.500 3.500-5" />
  </Icon>
)
export const RulesIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M2 8h3.500M5.500 8c3 0 2-4.500 5-4.500H14M5.500 8c3 0 2 4.500 5 4.500H14M12.300 1.800 14 3.500l-1.700 1.700M12.300 10.800l1.700 1.700-1.700 1.700" />
  </Icon>
)
export const SettingsIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M2 4.500h6.500M12 4.500h2M2 11.500h2M7.500 11.500H14" />
    <circle cx="10.200" cy="4.500" r="1.700" />
    <circle cx="5.800" cy="11.500" r="1.700" />
  </Icon>
)
export const EnergyIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M2.500 13.500h11M4 11V8M8 11V3.500M12 11V6" />
  </Icon>
)
export const EventsIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M8 2a4 4 0 0 0-4 4c0 3.500-1.500 5-1.500 5h11S12 9.500 12 6a4 4 0 0 0-4-4zM6.700 13.500a1.400 1.400 0 0 0 2.600 0" />
  </Icon>
)
export const PlayIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M4.500 2.800v10.400L13 8z" />
  </Icon>
)
export const PauseIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M5.500 3v10M10.500 3v10" />
  </Icon>
)
export const StopIcon = (props: IconProps) => (
  <Icon {...props}>
    <rect x="3.500" y="3.500" width="9" height="9" rx="1" />
  </Icon>
)
export const CopyIcon = (props: IconProps) => (
  <Icon {...props}>
    <rect x="5.500" y="5.500" width="8" height="8" rx="1.500" />
    <path d="M10.500 5.500V4A1.500 1.500 0 0 0 9 2.500H4A1.500 1.500 0 0 0 2.500 4v5A1.500 1.500 0 0 0 4 10.500h1.500" />
  </Icon>
)
export const PlugIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M5.500 2v3M10.500 2v3M4 5h8v2.500a4 4 0 0 1-8 0zM8 11.500V14" />
  </Icon>
)

/** Each state has its own shape, so that nobody needs to see its colour. */
export const LiveShape = () => (
  <Icon size={14}>
    <circle cx="8" cy="8" r="5" fill="currentColor" />
  </Icon>
)
export const LateShape = () => (
  <Icon size={14}>
    <circle cx="8" cy="8" r="5.500" />
    <path d="M8 2.500a5.500 5.500 0 0 1 0 11z" fill="currentColor" stroke="none" />
  </Icon>
)
export const SilentShape = () => (
  <Icon size={14}>
    <circle cx="8" cy="8" r="5.500" />
    <path d="m4.300 4.300 7.400 7.400" />
  </Icon>
)
export const OffShape = ({ size = 14 }: IconProps) => (
  <Icon size={size}>
    <path d="M3 8h10" />
  </Icon>
)
export const NewShape = () => (
  <Icon size={14}>
    <circle cx="8" cy="8" r="5.500" strokeDasharray="2.200 2.600" />
  </Icon>
)

/** What a rule said, by shape: it begins, it is over, it happened. */
export const RaisedShape = () => (
  <Icon size={14}>
    <path d="M8 2.500 14 13H2z" fill="currentColor" />
  </Icon>
)
export const ClearedShape = () => (
  <Icon size={14}>
    <circle cx="8" cy="8" r="5.500" />
    <path d="m5.500 8.200 1.800 1.800 3.400-3.600" />
  </Icon>
)
export const EventShape = () => (
  <Icon size={14}>
    <path d="M8 2.800 13.200 8 8 13.200 2.800 8z" />
  </Icon>
)

/** How urgent an alert is, by how much of the shape is filled. */
export const HighShape = () => (
  <Icon size={14}>
    <path d="M8 2 14.500 13.500H1.500z" fill="currentColor" />
  </Icon>
)
export const MediumShape = () => (
  <Icon size={14}>
    <path d="M8 2 14.500 13.500H1.500z" />
    <path d="M5 9h6l2.500 4.500h-11z" fill="currentColor" stroke="none" />
  </Icon>
)
export const LowShape = () => (
  <Icon size={14}>
    <path d="M8 2 14.500 13.500H1.500z" />
  </Icon>
)

/** What `reeve doctor` found of one subject. */
export interface Finding {
  readonly grade: "good" | "warning" | "bad"
  readonly subject: string
  readonly text: string
}

export const finding = (grade: Finding["grade"], subject: string, text: string): Finding => ({
  grade,
  subject,
  text
})

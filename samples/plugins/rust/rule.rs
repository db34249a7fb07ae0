// SPDX-License-Identifier: Apache-2.0
//! The rule, without a pointer in sight: what is known of one patient, and what is to be told.

pub struct Facts<'a> {
    pub diabetes: bool,
    /// Day of the latest HbA1c that was rendered, in days since 1970-01-01, with the id of its row.
    pub last: Option<(i32, &'a str)>,
    /// Every result of the declared depth is here.
    pub complete: bool,
    pub today: i32,
    pub most_months: i32,
}

pub struct Reason<'a> {
    pub rule: &'static str,
    pub text: String,
    pub evidence: Option<&'a str>,
}

/// Year, month and day of a number of days since 1970-01-01 (proleptic Gregorian calendar).
fn civil(days: i32) -> (i32, i32, i32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i32::from(month <= 2), month, day)
}

/// Whole months from one day to a later one: 31 January to 28 February is none.
pub fn months_between(from: i32, to: i32) -> i32 {
    let ((y0, m0, d0), (y1, m1, d1)) = (civil(from), civil(to));
    (y1 - y0) * 12 + m1 - m0 - i32::from(d1 < d0)
}

pub fn judge<'a>(facts: &Facts<'a>) -> Vec<Reason<'a>> {
    if !facts.diabetes {
        return Vec::new();
    }
    let mut reasons = Vec::new();
    match facts.last {
        Some((day, row)) => {
            let months = months_between(day, facts.today);
            if months >= facts.most_months {
                reasons.push(Reason {
                    rule: "HBA1C-RETARD",
                    text: format!("Dernière HbA1c il y a {} mois ; délai choisi : {} mois.", months, facts.most_months),
                    evidence: Some(row),
                });
            }
        }
        None => reasons.push(Reason {
            rule: "HBA1C-ABSENTE",
            text: "Aucune HbA1c rendue depuis deux ans dans le dossier.".to_string(),
            evidence: None,
        }),
    }
    if !reasons.is_empty() && !facts.complete {
        reasons.push(Reason {
            rule: "HBA1C-INCOMPLET",
            text: "Le dossier n'est pas complet : un résultat plus récent peut manquer.".to_string(),
            evidence: None,
        });
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_2026_11_23: i32 = 20_780;

    fn facts(last: Option<(i32, &'static str)>) -> Facts<'static> {
        Facts { diabetes: true, last, complete: true, today: DAY_2026_11_23, most_months: 6 }
    }

    fn rules(facts: &Facts) -> Vec<&'static str> {
        judge(facts).iter().map(|reason| reason.rule).collect()
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(-1), (1969, 12, 31));
        assert_eq!(civil(DAY_2026_11_23), (2026, 11, 23));
        assert_eq!(civil(19_782), (2024, 2, 29));
    }

    #[test]
    fn a_month_is_whole_when_its_day_comes_again() {
        assert_eq!(months_between(DAY_2026_11_23 - 184, DAY_2026_11_23), 6); // 23 May
        assert_eq!(months_between(DAY_2026_11_23 - 183, DAY_2026_11_23), 5); // 24 May
        assert_eq!(months_between(19_753, 19_781), 0); // 31 January to 28 February 2024
        assert_eq!(months_between(DAY_2026_11_23, DAY_2026_11_23), 0);
    }

    #[test]
    fn a_recent_result_or_no_diabetes_says_nothing() {
        assert!(rules(&facts(Some((DAY_2026_11_23 - 183, "r")))).is_empty());
        assert!(rules(&Facts { diabetes: false, ..facts(None) }).is_empty());
        assert!(rules(&Facts { complete: false, ..facts(Some((DAY_2026_11_23, "r"))) }).is_empty());
    }

    #[test]
    fn an_old_result_and_none_are_told_and_doubt_with_them() {
        assert_eq!(rules(&facts(Some((DAY_2026_11_23 - 184, "r")))), ["HBA1C-RETARD"]);
        assert_eq!(rules(&facts(None)), ["HBA1C-ABSENTE"]);
        assert_eq!(rules(&Facts { complete: false, ..facts(None) }), ["HBA1C-ABSENTE", "HBA1C-INCOMPLET"]);
        assert!(judge(&facts(Some((DAY_2026_11_23 - 184, "r"))))[0].text.contains("il y a 6 mois"));
    }
}

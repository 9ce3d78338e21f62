# The series with the longest branch speaks for the exponent, if there is one.
verdict = ''
do for [s = 1:series_count] {
  if (value('late_exponent_'.s) > 0 && value('late_exponent_'.s.'_low') > 0) {
    verdict = sprintf('κ = %g: M₁ ∝ N₁^{%.2f} (95 %%: %.2f … %.2f) over the three widest networks of the first-layer branch; the paper’s 1/3 is %s', \
      value('ridge_'.s), value('late_exponent_'.s), value('late_exponent_'.s.'_low'), value('late_exponent_'.s.'_high'), \
      value('late_exponent_'.s.'_low') > 1./3 ? 'not supported' : 'not excluded')
  }
}
set multiplot layout 1, 3 margins 0.08, 0.985, 0.13, 0.92 spacing 0.08 title verdict font ',12'
set key font ',11' samplen 1.5
set xlabel font ',13'
set ylabel font ',13'
colours = '0x0072B2 0x2E8BC7 0xD55E00 0xB27500 0x009E73 0xCC79A7'
file = tables.'pattern-transition.tsv'
# Where the first layer has the specialists of enough networks to have a slope.
power(x) = x > -9 ? sprintf(': ∝ N₁^{%.2f}', x) : ''
in(s, name) = column('series') == s ? column(name) : NaN
set logscale x 2
set xlabel 'N₁/d, N₂ = d'
set key top left reverse Left
set offsets 0, 0, 0, 0
set xrange [0.8:*]
set xtics (1, 4, 16, 64, 256)

set logscale y
set yrange [0.05:60]
set ylabel 'specialised in the first layer, |w·w*| > 0.8' offset 1
plot \
  for [s = 1:series_count] file using (in(s, 'ratio')):(in(s, 'first_at_0.7')):(in(s, 'first_at_0.9')) \
    with filledcurves fc rgb int(word(colours, s)) fs transparent solid 0.2 notitle, \
  x < 80 ? 1.0 * x**(1./3) : NaN with lines lc rgb grey dt 3 lw 2 title '∝ (N₁/d)^{1/3}, the paper', \
  x < 80 ? 1.0 * x**0.5 : NaN with lines lc rgb black dt 2 lw 1 title '∝ (N₁/d)^{1/2}, Sp–GP', \
  for [s = 1:series_count] file using (in(s, 'ratio')):(in(s, 'first')):(in(s, 'first_error')) \
    with yerrorlines pt -1 lw 1.5 lc rgb int(word(colours, s)) notitle, \
  for [s = 1:series_count] keyentry with linespoints pt shape(s, 1) lw 1.5 lc rgb int(word(colours, s)) \
    title sprintf('d = %d, κ = %g', value('dimension_'.s), value('ridge_'.s)).power(value('exponent_'.s)), \
  for [s = 1:series_count] file using (in(s, 'ratio')):(in(s, 'first')):(shape(s, column('certified') == column('datasets'))) \
    with points pt variable lc rgb int(word(colours, s)) notitle

unset logscale y
set yrange [0:*]
set offsets 0, 0, graph 0.25, 0
set ylabel 'specialised in the second layer, |⟨h,x₁⟩| > 0.6' offset 1
plot \
  for [s = 1:series_count] file using (in(s, 'ratio')):(in(s, 'second_at_0.4')):(in(s, 'second_at_0.9')) \
    with filledcurves fc rgb int(word(colours, s)) fs transparent solid 0.2 notitle, \
  for [s = 1:series_count] file using (in(s, 'ratio')):(in(s, 'second')):(in(s, 'second_error')) \
    with yerrorlines pt -1 lw 1.5 lc rgb int(word(colours, s)) notitle, \
  for [s = 1:series_count] keyentry with linespoints pt shape(s, 1) lw 1.5 lc rgb int(word(colours, s)) \
    title sprintf('d = %d, κ = %g', value('dimension_'.s), value('ridge_'.s)), \
  for [s = 1:series_count] file using (in(s, 'ratio')):(in(s, 'second')):(shape(s, column('certified') == column('datasets'))) \
    with points pt variable lc rgb int(word(colours, s)) notitle, \
  keyentry with filledcurves fc rgb grey fs transparent solid 0.3 title 'thresholds 0.4 … 0.9'

set offsets 0, 0, graph 0.1, 0
set ylabel 'energy of a pattern/d, prefactors of one' offset 1
file = tables.'pattern-transition-energies.tsv'
plot \
  file using 'ratio':'gp_sp' with lines lw 2 lc rgb vermilion title 'GP–Sp', \
  file using 'ratio':'sp_mag' with lines lw 2 lc rgb blue title 'Sp–Mag', \
  file using 'ratio':'sp_gp' with lines lw 2 lc rgb green dt 2 title 'Sp–GP'
unset multiplot

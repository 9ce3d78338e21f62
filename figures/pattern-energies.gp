set multiplot layout 1, 3 margins 0.07, 0.985, 0.13, 0.92 spacing 0.075 title \
  sprintf('takeover at N₁/d = %.1f and %.1f predicted, nothing fitted; sampled %.2f and %.2f times that (d = %d, κ = %g and %g)', \
    value('takeover_1'), value('takeover_2'), value('takeover_ratio_1'), value('takeover_ratio_2'), \
    value('dimension_1'), value('ridge_1'), value('ridge_2')) font ',11'
set key font ',11' samplen 1.5
set xlabel font ',13'
set ylabel font ',13'
colours = '0x0072B2 0xD55E00 0x009E73'
file = tables.'pattern-energies.tsv'
in(s, name) = column('series') == s ? column(name) : NaN
series_count = value('series_count')
set logscale x 2
set xlabel 'N₁/d, N₂ = d'
set key top left reverse Left
set xrange [0.8:320]
set xtics (1, 4, 16, 64, 256)

set logscale y
set yrange [0.05:60]
set ylabel 'specialised in the first layer, |w·w*| > 0.8' offset 1
plot \
  for [s = 1:series_count] file using (in(s, 'ratio')):(in(s, 'first_predicted')) \
    with lines lw 2 lc rgb int(word(colours, s)) notitle, \
  for [s = 1:series_count] file using (in(s, 'ratio')):(in(s, 'first')):(in(s, 'first_error')) \
    with yerrorbars pt -1 lw 1.5 lc rgb int(word(colours, s)) notitle, \
  for [s = 1:series_count] keyentry with linespoints pt shape(s, 1) lw 1.5 lc rgb int(word(colours, s)) \
    title sprintf('d = %d, κ = %g', value('dimension_'.s), value('ridge_'.s)), \
  for [s = 1:series_count] file using (in(s, 'ratio')):(in(s, 'first')):(shape(s, column('certified') == column('datasets'))) \
    with points pt variable lc rgb int(word(colours, s)) notitle, \
  keyentry with lines lw 2 lc rgb black title 'predicted'

unset logscale y
set yrange [-0.05:1.5]
set ylabel 'specialised in the second layer, |⟨h,x₁⟩| > 0.9' offset 1
plot \
  for [s = 1:series_count] file using (in(s, 'ratio')):(in(s, 'second_predicted')) \
    with lines lw 2 lc rgb int(word(colours, s)) notitle, \
  for [s = 1:series_count] file using (in(s, 'ratio')):(in(s, 'second')):(in(s, 'second_error')) \
    with yerrorbars pt -1 lw 1.5 lc rgb int(word(colours, s)) notitle, \
  for [s = 1:series_count] file using (in(s, 'ratio')):(in(s, 'second')):(shape(s, column('certified') == column('datasets'))) \
    with points pt variable lc rgb int(word(colours, s)) notitle, \
  keyentry with lines lw 2 lc rgb black title 'predicted: its probability'

set yrange [*:*]
set offsets 0, 0, graph 0.15, graph 0.05
set ylabel 'energy, first layer − second layer, nats' offset 1
plot \
  0 with lines lc rgb grey dt 2 notitle, \
  for [s = 1:series_count] file using (in(s, 'ratio')):(in(s, 'lead_low')):(in(s, 'lead_high')) \
    with filledcurves fc rgb int(word(colours, s)) fs transparent solid 0.15 notitle, \
  for [s = 1:series_count] file using (in(s, 'ratio')):(in(s, 'lead')) \
    with linespoints pt 7 ps 0.5 lw 2 lc rgb int(word(colours, s)) \
    title sprintf('d = %d, κ = %g', value('dimension_'.s), value('ridge_'.s)), \
  keyentry with filledcurves fc rgb grey fs transparent solid 0.3 title 'range over data sets'
unset multiplot

set multiplot layout 1, 2
set lmargin 9
file = tables.'activations.tsv'
names = 'erf tanh relu'
colours = '0x0072B2 0x009E73 0xD55E00'
of(s, name) = stringcolumn('activation') eq s ? column(name) : NaN
set logscale xy
stats file using 'samples' nooutput
set yrange [STATS_min / 1.6:STATS_max * 4]
set xrange [13:75]
set xtics (15, 20, 30, 45, 60)
set ytics (20, 50, 100, 200, 500)
set xlabel 'd = N'
set ylabel sprintf('P*: samples for alignment %g', threshold)
set key top left reverse Left
plot \
  value('samples_erf') * x with lines lc rgb grey dt 2 lw 1.5 notitle, \
  value('samples_relu') * x with lines lc rgb grey dt 2 lw 1.5 notitle, \
  for [i = 1:3] file using (of(word(names, i), 'dimension')):(of(word(names, i), 'scaled_energy')) \
    with lines lc rgb int(word(colours, i)) lw 1 notitle, \
  for [i = 1:3] file using (of(word(names, i), 'dimension')):(of(word(names, i), 'samples')):\
    (of(word(names, i), 'low')):(of(word(names, i), 'high')) with yerrorbars pt -1 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:3] file using (of(word(names, i), 'dimension')):(of(word(names, i), 'samples')):\
    (mark(column('certified'))) with points pt variable lc rgb int(word(colours, i)) notitle, \
  for [i = 1:3] keyentry with points pt 7 lc rgb int(word(colours, i)) \
    title sprintf('%s on He_%d: slope %.2f (%.2f … %.2f)', word(names, i), \
      value('degree_'.word(names, i)), value('exponent_'.word(names, i)), \
      value('exponent_'.word(names, i).'_low'), value('exponent_'.word(names, i).'_high')), \
  keyentry with lines lc rgb black title 'large deviations, one factor each', \
  keyentry with lines lc rgb grey dt 2 lw 1.5 title 'slope 1'

curve = tables.'activations-alignment.tsv'
unset logscale
set xrange [*:*]
set yrange [0:0.6]
set offsets 0.2, 0.2, 0, 0
set xtics auto
set ytics auto
set xlabel 'P/d'
set ylabel 'alignment A, ± s.e. over data sets'
set key top left reverse Left
plot \
  threshold with lines lc rgb grey dt 3 lw 1.5 notitle, \
  for [i = 1:3] curve using (of(word(names, i), 'samples_per_dimension')):(of(word(names, i), 'alignment')):\
    (of(word(names, i), 'standard_error')) with yerrorbars pt -1 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:3] curve using (of(word(names, i), 'samples_per_dimension')):(of(word(names, i), 'alignment')):\
    (mark(column('certified') == column('datasets'))) \
    with points pt variable lc rgb int(word(colours, i)) notitle, \
  for [i = 1:3] keyentry with points pt 7 lc rgb int(word(colours, i)) title word(names, i), \
  keyentry with points pt 6 lc rgb black title 'not all certified'
unset multiplot

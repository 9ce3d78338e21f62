set multiplot layout 1, 2
set lmargin 9
file = tables.'inputs.tsv'
spike = tables.'inputs-spike.tsv'
names = 'gaussian sphere rademacher uniform student'
colours = '0x000000 0x0072B2 0x009E73 0xB27500 0xD55E00'
of(s, name) = stringcolumn('law') eq s ? column(name) : NaN
# Points at the ends of the range are drawn whole.
set xrange [1.5:14.5]
set yrange [0:0.72]
set xlabel 'P/d'
set ylabel 'alignment A, ± s.e. over data sets'
set key top left reverse Left
plot \
  threshold with lines lc rgb grey dt 3 lw 1.5 notitle, \
  for [i = 1:5] file using (of(word(names, i), 'samples_per_dimension')):(of(word(names, i), 'alignment')):\
    (of(word(names, i), 'standard_error')) with yerrorlines pt -1 lw 1.5 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:5] file using (of(word(names, i), 'samples_per_dimension')):(of(word(names, i), 'alignment')):\
    (shape(i, column('certified') == column('datasets'))) \
    with points pt variable lc rgb int(word(colours, i)) notitle, \
  for [i = 1:5] keyentry with linespoints pt shape(i, 1) lw 1.5 lc rgb int(word(colours, i)) title word(names, i), \
  keyentry with points pt 6 lc rgb black title 'hollow: not all certified'

set logscale xy
set yrange [*:*]
stats spike using 'samples' nooutput
set yrange [STATS_min / 1.4:STATS_max * 2.2]
set xrange [0.8:10]
set xtics (1, 2, 4, 8)
set ytics (30, 50, 70, 100, 150, 200)
set xlabel 'variance λ along the feature'
set ylabel sprintf('P*: samples for alignment %g', threshold)
set key top right
plot \
  STATS_max * x**-0.5 with lines lc rgb grey dt 2 lw 1.5 title 'slope −1/2', \
  spike using 'spike':'samples':'low':'high' with yerrorbars pt -1 lc rgb blue notitle, \
  spike using 'spike':'samples':(mark(column('certified'))) with points pt variable lc rgb blue notitle, \
  keyentry with points pt 7 lc rgb blue title sprintf('slope %.2f (%.2f … %.2f)', \
    spike_exponent, spike_exponent_low, spike_exponent_high), \
  keyentry with points pt 6 lc rgb blue title 'not all certified'
unset multiplot

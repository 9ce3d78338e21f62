set multiplot layout 1, 2
set lmargin 8.5
file = tables.'finite-time-samples.tsv'
descent = tables.'finite-time-samples-descent.tsv'
equilibrium = tables.'finite-time-samples-equilibrium.tsv'
exponents = tables.'finite-time-samples-exponent.tsv'
slower = tables.'finite-time-samples-descent-exponent.tsv'
at(d, name) = column('dimension') == d ? column(name) : NaN
# A bar where there is an interval.
bounded(name) = column('low') == column('low') ? column(name) : NaN
between(d, name) = column('dimension') == d ? bounded(name) : NaN
colours = '0x0072B2 0x009E73 0xD55E00 0x000000'
points = '7 5 9 11'
hollow = '6 4 8 10'
set logscale x
set format x '%g'
set xlabel 'time t (weight decay = 1)'

set key top right
set yrange [2:18]
set ylabel sprintf('P*(t)/d for alignment %g', alignment_threshold)
plot \
  for [i = 1:dimension_count] file using (between(value('dimension_'.i), 'time')):(between(value('dimension_'.i), 'samples_per_dimension')):(at(value('dimension_'.i), 'low')):(at(value('dimension_'.i), 'high')) \
    with yerrorbars pt -1 lc rgb int(word(colours, i)) notitle, \
  for [i = 1:dimension_count] file using (at(value('dimension_'.i), 'time')):(at(value('dimension_'.i), 'samples_per_dimension')) \
    with points pt int(word(points, i)) ps 0.6 lc rgb int(word(colours, i)) title sprintf('Langevin, d = %d', value('dimension_'.i)), \
  for [i = 1:dimension_count] descent using (at(value('dimension_'.i), 'time')):(at(value('dimension_'.i), 'samples_per_dimension')) \
    with linespoints pt int(word(hollow, i)) ps 0.6 dt 3 lc rgb int(word(colours, i)) notitle, \
  keyentry with points pt 6 lc rgb grey title 'descent without noise', \
  for [i = 1:dimension_count] equilibrium using (late_time * 1.35):(at(value('dimension_'.i), 'samples_per_dimension')):(at(value('dimension_'.i), 'low')):(at(value('dimension_'.i), 'high')) \
    with yerrorbars pt 2 ps 1.2 lw 2 lc rgb int(word(colours, i)) notitle, \
  keyentry with points pt 2 lw 2 lc rgb grey title 'equilibrium'

set ylabel 'exponent of P*(t) in d, 95 %'
set yrange [0.5:2.9]
plot \
  1 with lines lc rgb grey dt 3 lw 2 title 'the paper, in equilibrium: 1', \
  2 with lines lc rgb grey dt 2 lw 1 title 'one pass of descent on fresh samples: 2', \
  exponents using 'time':(bounded('exponent')):'low':'high' with yerrorbars pt -1 lc rgb blue notitle, \
  exponents using 'time':'exponent' with points pt 7 ps 0.6 lc rgb blue title 'Langevin', \
  slower using 'time':(bounded('exponent')):'low':'high' with yerrorbars pt -1 lc rgb vermilion notitle, \
  slower using 'time':'exponent' with points pt 6 ps 0.6 lc rgb vermilion title 'descent without noise'
unset multiplot

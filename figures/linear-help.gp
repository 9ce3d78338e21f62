set multiplot layout 1, 2
set lmargin 8.5
file = tables.'linear-help.tsv'
progress = tables.'linear-help-time.tsv'
at(part, name) = abs(column('linear') - part) < 1e-9 ? column(name) : NaN
names = 'opposite none along'
colours = '0x0072B2 0x000000 0xD55E00'
points = '7 5 9'
set key top left reverse Left
set ylabel 'B_3/c_3, ± s.e. over data sets'
set xlabel sprintf('P/d, at t = %.3g', late_time)
plot \
  0.1 with lines lc rgb grey dt 3 lw 1.5 notitle, \
  for [i = 1:3] file using (at(value('linear_'.word(names, i)), 'samples_per_dimension')):(at(value('linear_'.word(names, i)), 'projection')):(at(value('linear_'.word(names, i)), 'standard_error')) \
    with yerrorlines pt int(word(points, i)) ps 0.7 lc rgb int(word(colours, i)) title sprintf('ε = %g', value('linear_'.word(names, i)))

set logscale x
set format x '%g'
set xlabel 'time t (weight decay = 1), at P = 5 d'
plot \
  0.1 with lines lc rgb grey dt 3 lw 1.5 notitle, \
  for [i = 1:3] progress using (at(value('linear_'.word(names, i)), 'time')):(at(value('linear_'.word(names, i)), 'projection')):(at(value('linear_'.word(names, i)), 'standard_error')) \
    with yerrorlines pt int(word(points, i)) ps 0.7 lc rgb int(word(colours, i)) title sprintf('ε = %g', value('linear_'.word(names, i)))
unset multiplot

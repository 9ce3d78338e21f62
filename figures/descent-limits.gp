set multiplot layout 2, 2 margins 0.1, 0.985, 0.14, 0.97 spacing 0.11, 0.17
set key font ',11' spacing 1
edge = tables.'descent-limits.tsv'
fixed = tables.'descent-limits-lazy.tsv'
circle = tables.'descent-limits-circle.tsv'
exponents = tables.'descent-limits-circle-exponents.tsv'
of(name, test, value) = column(name) == value ? column(test) : NaN
colours = '0x0072B2 0xB27500 0xD55E00'
set logscale xy
set format '%g'

set xlabel 'steps of descent'
set ylabel 'η c λ_1'
set key bottom right noreverse Right
set yrange [0.01:5]
set xrange [10:30000]
plot \
  2 with lines dt 2 lc rgb grey title 'edge of stability: 2', \
  for [i = 1:edge_count] edge using (of('eta', 'steps', value('eta_'.i))):'sharpness' \
    with lines lw 2 lc rgb int(word(colours, i)) title sprintf('η = %g, γ = %g', value('eta_'.i), gamma)

set ylabel 'loss L'
set yrange [1e-4:5]
set xrange [10:8000]
set format y '10^{%L}'
set key bottom left reverse Left
plot \
  fixed using 'steps':'loss' with lines lw 3 dt 2 lc rgb black title sprintf('fixed kernel, η = %g', lazy_eta), \
  for [i = 1:edge_count] edge using (of('eta', 'steps', value('eta_'.i))):'loss' \
    with lines lw 2 lc rgb int(word(colours, i)) notitle

set xlabel 'time t = η × steps'
set ylabel 'loss on a circle, q = 0.75'
set xrange [0.5:600]
set yrange [0.1:1.2]
set ytics (0.1, 0.2, 0.5, 1)
set format y '%g'
row(gamma0, random) = column('q') == 0.75 && column('width') == width_2 && column('gamma0') == gamma0 && column('random') == random ? column('loss') : NaN
only(gamma0, random, name) = row(gamma0, random) == row(gamma0, random) ? column(name) : NaN
plot \
  circle using 'time':(only(rich, 0, 'kernel_loss')) with lines lw 2 lc rgb black title 'exact kernel', \
  circle using 'time':(row(rich, 0)):(only(rich, 0, 'standard_error')) with yerrorbars pt 7 ps 0.5 lc rgb vermilion title sprintf('cosines, γ_0 = %g', rich), \
  circle using 'time':(row(lazy, 0)):(only(lazy, 0, 'standard_error')) with yerrorbars pt 6 ps 0.5 lc rgb vermilion title sprintf('cosines, γ_0 = %g', lazy), \
  circle using 'time':(row(rich, 1)):(only(rich, 1, 'standard_error')) with yerrorbars pt 5 ps 0.5 lc rgb blue title sprintf('random phases, γ_0 = %g', rich), \
  circle using 'time':(row(lazy, 1)):(only(lazy, 1, 'standard_error')) with yerrorbars pt 4 ps 0.5 lc rgb blue title sprintf('random phases, γ_0 = %g', lazy)

unset logscale
set ytics auto
set xlabel 'β = q − 1/2'
set ylabel 'exponent of the loss, ± s.e.'
set xrange [0:1.75]
set yrange [0:1.4]
set key bottom right noreverse Right
point(n, random) = column('width') == n && column('gamma0') == rich && column('random') == random ? column('exponent') : NaN
kernel(n) = column('width') == n && column('gamma0') == rich && column('random') == 0 ? column('kernel_exponent') : NaN
plot \
  exponents using 'beta':(kernel(width_2)) with linespoints pt 2 lc rgb black title 'exact kernel', \
  exponents using (column('beta') - 0.03):(point(width_1, 0)):'standard_error' with yerrorbars pt 9 lc rgb vermilion title sprintf('cosines, n = %d', width_1), \
  exponents using (column('beta') - 0.01):(point(width_2, 0)):'standard_error' with yerrorbars pt 7 lc rgb vermilion title sprintf('n = %d', width_2), \
  exponents using (column('beta') + 0.01):(point(width_1, 1)):'standard_error' with yerrorbars pt 13 lc rgb blue title sprintf('random phases, n = %d', width_1), \
  exponents using (column('beta') + 0.03):(point(width_2, 1)):'standard_error' with yerrorbars pt 5 lc rgb blue title sprintf('n = %d', width_2)
unset multiplot

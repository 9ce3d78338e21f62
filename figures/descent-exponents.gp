# The middle panel has the local slopes, without which an exponent says little.
set multiplot layout 1, 3 margins 0.085, 0.985, 0.14, 0.9 spacing 0.105
set key font ',10' samplen 1.5 spacing 1
set tics font ',10'
file = tables.'descent-exponents.tsv'
fits = tables.'descent-exponents-fits.tsv'
runs = tables.'descent-exponents-runs.tsv'
colours = '0x0072B2 0x009E73 0xD55E00'
gammas = '0 1 100'
betas = '0.3 0.5 1.5'
of(b, g, name) = column('beta') == b && column('gamma') == g ? column(name) : NaN
colour(i) = int(word(colours, i))
g(i) = real(word(gammas, i))

set logscale xy
set xlabel 't'
set format '10^{%L}'
set ylabel 'loss L' offset 1
set title 'networks of width 256, α = 1.5'
set xrange [1:300]
set yrange [1e-4:3]
set key bottom left reverse Left
plot \
  for [b in betas] for [i = 1:3] runs using 'time':(of(real(b), g(i), 'theory')) with lines lw 1.5 \
    lc rgb colour(i) notitle, \
  for [b in betas] for [i = 1:3] runs using 'time':(of(real(b), g(i), 'loss')):(of(real(b), g(i), 'standard_error')) \
    with yerrorbars pt 7 ps 0.35 lc rgb colour(i) notitle, \
  for [i = 1:3] keyentry with points pt 7 lc rgb colour(i) title sprintf('γ = %g', g(i)), \
  keyentry with lines lc rgb grey title 'theory of this width'

set ylabel '−d ln L/d ln t' offset 1
set title 'infinite width, α = 1.5'
set xrange [3:1e10]
set xtics 1000
unset logscale y
set yrange [0.2:2.6]
set format y '%g'
set key top right
set label 1 'β = 1.5' at 2e6, 1.57 front
set label 2 'β = 0.5' at 2e6, 0.73 front
set label 3 'β = 0.3' at 2e6, 0.39 front
plot \
  for [b in betas] for [i = 1:3] file using 'time':(of(real(b), g(i), 'slope')) with lines lw 2 \
    lc rgb colour(i) notitle, \
  for [b in betas] file using 'time':(of(real(b), 1, 'corrected')) with lines lw 1.5 dt 3 \
    lc rgb black notitle, \
  for [i = 1:3] keyentry with lines lw 2 lc rgb colour(i) title sprintf('γ = %g', g(i)), \
  keyentry with lines lw 1.5 dt 3 lc rgb black title 'corrected law, γ = 1'
unset label 1; unset label 2; unset label 3

set title 'windows of time'
set xlabel 'β'
set ylabel 'χ in t = 10^4 … 10^6' offset 1
unset logscale x
set xtics autofreq
set format '%g'
set xrange [0:2.7]
set yrange [0:2.7]
set key top left reverse Left
law(x) = x < 1 ? 2*x/(1 + x) : x
at(a, g, name) = column('alpha') == a && column('gamma') == g ? column(name) : NaN
plot \
  law(x) with lines lw 1.5 lc rgb black title 'max(β, 2β/(1 + β))', \
  x < 1 ? x : NaN with lines dt 2 lc rgb grey title 'β', \
  for [i = 1:3] fits using 'beta':(at(1.5, g(i), 'chi')):(at(1.5, g(i), 'chi_drift')) with yerrorbars \
    pt 7 ps 0.6 lc rgb colour(i) title sprintf('γ = %g, α = 1.5', g(i)), \
  for [i = 1:3] fits using 'beta':(at(2, g(i), 'chi')):(at(2, g(i), 'chi_drift')) with yerrorbars \
    pt 4 ps 1.1 lc rgb colour(i) title (i == 1 ? 'squares: α = 2' : '')
unset multiplot
